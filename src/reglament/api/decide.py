"""Decisions over HTTP: the same request, the same decision and the same faults as `reglament decide`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reglament import packs
from reglament.api.body import BodyFault, read_json
from reglament.desk.operations.api_keys import is_known
from reglament.regulation.deciding import decide
from reglament.regulation.deciding.editions import read_by_edition_in_force
from reglament.regulation.model.request import Fault, RequestFaults
from reglament.regulation.reading.compiled import programs_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from reglament.regulation.model.program import Program

MOST_REQUESTS = 1_000
MOST_BYTES = 4 * 1024 * 1024


# A program signs in with a key of its own in a header, which a browser never sends by itself.
@csrf_exempt
@require_POST
def decide_requests(request: HttpRequest, pack: str) -> JsonResponse:
    """One request or an array of them to one decision or an array of them.

    401 without a known key, 404 for a regulation that is not shipped, 413 over the limits, 422 with
    every fault and its place.
    """
    if not _signed_in(request):
        return _refused(401, [Fault("Authorization", "needs a known API key: Authorization: Bearer KEY")])
    if pack not in packs.names():
        known = ", ".join(packs.names())
        return _refused(404, [Fault("pack", f"{pack!r} is not a regulation here; one of {known}")])
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        return _refused(413, [Fault("request", f"has over {MOST_BYTES} bytes; send fewer requests at once")])
    try:
        value = read_json(request.read(MOST_BYTES + 1))
    except BodyFault as fault:
        return _refused(422, [Fault("request", str(fault))])
    if isinstance(value, list) and len(value) > MOST_REQUESTS:
        return _refused(
            413, [Fault("requests", f"holds {len(value)} requests; at most {MOST_REQUESTS} at once")]
        )
    return _decided(_programs(pack), value)


def _decided(programs: tuple[Program, ...], value: Any) -> JsonResponse:
    many = isinstance(value, list)
    answers: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number, raw in enumerate(value if many else [value]):
        place = f"requests[{number}]" if many else "request"
        try:
            answers.append(_answer(programs, raw, place))
        except RequestFaults as found:
            faults += found.faults
    if faults:
        return _refused(422, faults)
    return JsonResponse(
        answers if many else answers[0], safe=False, json_dumps_params={"ensure_ascii": False}
    )


def _answer(programs: tuple[Program, ...], raw: Any, place: str) -> dict[str, Any]:
    program, request = read_by_edition_in_force(programs, raw, place)
    return decide(program, request).as_json()


@cache
def _programs(pack: str) -> tuple[Program, ...]:
    return programs_of(packs.find(pack))


def _signed_in(request: HttpRequest) -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and bool(key.strip()) and is_known(key.strip())


def _refused(status: int, faults: list[Fault]) -> JsonResponse:
    data = {"faults": [{"place": fault.place, "message": fault.message} for fault in faults]}
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
