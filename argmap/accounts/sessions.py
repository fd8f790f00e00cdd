"""Sessions in the database, as Django keeps them, read by a statement that is put together once.

Every request reads one, and its person, anew: who signed out or was banned is so at once.
"""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from argmap.journal import rows


class SessionStore(DatabaseStore):
    def _get_session_from_db(self):
        session = rows.read(self.model, self.session_key)
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        return session
