"""The paths of jobs."""

from django.urls import path

from skypurser.web.jobs import job, listing

patterns = [
    path("jobs", listing.jobs, name="jobs"),
    path("jobs/<int:job_id>", job.one, name="job"),
    path("jobs/<int:job_id>/progress", job.progress, name="job-progress"),
    path("jobs/<int:job_id>/cancel", job.give_up, name="job-cancel"),
    path("jobs/<int:job_id>/result", job.result, name="job-result"),
]
