"""Rows by which workers know of each other, and by which a set time is kept by one of them."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """The last sign of life of a job worker; the jobs of one that fell silent are run again."""

    worker = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class PeriodicSlot(models.Model):
    """When a recurring job runs next. Whichever worker moves it first runs the job."""

    name = models.CharField(max_length=100, primary_key=True)
    next_run_at = models.DateTimeField()
