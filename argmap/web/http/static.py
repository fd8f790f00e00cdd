"""The files of pages as they are served: under names that change with their content."""

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: The style sheets of every page, in the order in which they count.
OF_EVERY_PAGE = [
    f"css/{name}.css" for name in ("fonts", "tokens", "base", "nodes", "talk", "forms", "text")
]
IN_ONE = "css/every-page.css"


class HashedModules(CompressedManifestStaticFilesStorage):
    """Also where a module imports another. The style sheets of every page are one file, because
    a page waits for each before it shows."""

    support_js_module_import_aggregation = True

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            self.delete(IN_ONE)
            sheets = [self.open(name).read() for name in OF_EVERY_PAGE]
            self._save(IN_ONE, ContentFile(b"\n".join(sheets)))
            paths[IN_ONE] = (self, IN_ONE)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def style_sheets(storage) -> list[str]:
    """The names of the files that hold the style sheets of every page."""
    return [IN_ONE] if isinstance(storage, HashedModules) else OF_EVERY_PAGE
