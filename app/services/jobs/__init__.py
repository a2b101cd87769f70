"""Long work in the background: started by a person, done row by row, never twice, with progress that can be seen.

A kind of job is a function `(session, job, progress) -> None` under `@job_kind("name")`; it flushes and never commits:

    @job_kind("recount")
    def recount(session: Session, job: Job, progress: Progress) -> None:
        progress.expect(…)
        for row in progress.each(rows_in_a_fixed_order(job.arguments)):
            …

`start_job(session, "recount", {…}, title)` makes it in the caller's transaction; it begins after the commit.
`on_finished(callback)` tells whoever wants to know that a job is over.
"""

from app.services.jobs.progress import Progress
from app.services.jobs.registry import job_kind, on_finished
from app.services.jobs.running import Workshop, run_job
from app.services.jobs.starting import cancel_job, due_jobs, forget_old_jobs, install_sender, start_job

__all__ = [
    "Progress",
    "Workshop",
    "cancel_job",
    "due_jobs",
    "forget_old_jobs",
    "install_sender",
    "job_kind",
    "on_finished",
    "run_job",
    "start_job",
]
