"""A job that came to nothing, asked for once more."""

from pydantic import TypeAdapter, ValidationError

from latent_resonance.contracts.errors import InputError
from latent_resonance.studio.jobs.requests import JobRequest
from latent_resonance.studio.store.jobs import Job
from latent_resonance.studio.store.uploads import Uploads

_REQUESTS: TypeAdapter[JobRequest] = TypeAdapter(JobRequest)
MAY_BE_RETRIED = frozenset({"failed", "cancelled", "interrupted"})


def same_request(job: Job, uploads: Uploads) -> JobRequest:
    """What the job was asked for.

    Raises:
        InputError: it goes on or is done, its file is gone, or this version has no such work.
    """
    if job.state not in MAY_BE_RETRIED:
        raise InputError("only a job that failed or was cut off can be tried again")
    try:
        request = _REQUESTS.validate_python(job.request)
    except ValidationError as error:
        raise InputError("an older version made this job: begin it anew") from error
    upload = getattr(request, "upload", None)
    if upload is not None and not uploads.holds(upload):
        raise InputError("the file that this job was given is gone: choose it again")
    return request
