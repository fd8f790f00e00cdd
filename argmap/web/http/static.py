from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Files under names that change with their content, also where a module imports another."""

    support_js_module_import_aggregation = True
