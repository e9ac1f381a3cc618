"""Forget sessions and counted attempts that have expired."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection


def purge(*, now: datetime) -> int:
    """Delete the sessions that have expired, what is known of them, and expired counts; return how many sessions."""
    gone, _ = Session.objects.filter(expire_date__lt=now).delete()
    kept = Session.objects.values("session_key")
    UserSession.objects.filter(last_seen_at__lt=now).exclude(session_key__in=kept).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM identity_cache WHERE expires < %s", [now])
    return gone
