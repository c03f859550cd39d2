from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from distill.errors import BadInput, BadSetting
from distill.progress import Cancel, Progress, Report
from distill.ui import Running
from distill.ui.jobs import MOST_KEPT, Jobs


def counted(report: Report, cancel: Cancel) -> Mapping[str, Any]:
    for step in range(1, 4):
        report(Progress("count", step, 3, "steps", message=f"step {step}"))
    return {"counted": 3}


def test_a_job_tells_its_progress_its_messages_and_its_result() -> None:
    job = Jobs().start("count", counted)
    assert job.wait(60)
    told = job.to_json()
    assert (told["state"], told["result"]) == ("done", {"counted": 3})
    assert (told["progress"]["done"], told["progress"]["total"]) == (3, 3)
    assert told["messages"] == ["step 1", "step 2", "step 3"]


def test_a_job_stops_at_the_next_safe_point() -> None:
    begun = threading.Event()

    def endless(report: Report, cancel: Cancel) -> Mapping[str, Any]:
        begun.set()
        while True:
            cancel.check()

    job = Jobs().start("endless", endless)
    assert begun.wait(60)
    assert job.to_json()["state"] == "running"
    job.stop()
    assert job.wait(60)
    assert job.to_json()["state"] == "stopped"


def test_what_goes_wrong_is_the_sentence_it_says() -> None:
    def refused(report: Report, cancel: Cancel) -> Mapping[str, Any]:
        raise BadSetting("0 s were asked for; choose more.")

    job = Jobs().start("refused", refused)
    assert job.wait(60)
    assert (job.to_json()["state"], job.to_json()["error"]) == ("failed", "0 s were asked for; choose more.")


def test_a_fault_of_distill_leaves_its_traceback_in_a_file() -> None:
    def faulty(report: Report, cancel: Cancel) -> Mapping[str, Any]:
        raise ZeroDivisionError("by nothing")

    job = Jobs().start("faulty", faulty)
    assert job.wait(60)
    error = job.to_json()["error"]
    assert "ZeroDivisionError: by nothing" in error
    assert "Traceback" not in error


def test_jobs_that_ended_long_ago_are_forgotten_and_running_ones_never() -> None:
    jobs, release = Jobs(), threading.Event()

    def waiting(report: Report, cancel: Cancel) -> Mapping[str, Any]:
        release.wait(10)
        return {}

    kept = jobs.start("waiting", waiting)
    for _ in range(MOST_KEPT + 5):
        assert jobs.start("count", counted).wait(60)
    assert jobs.get(kept.number) is kept
    assert [job.number for job in jobs.running()] == [kept.number]
    with pytest.raises(BadInput, match="no work number 2 here"):
        jobs.get(2)
    release.set()
    assert kept.wait(60)


def test_the_page_follows_and_stops_a_job_by_its_number(served: Running) -> None:
    def endless(report: Report, cancel: Cancel) -> Mapping[str, Any]:
        while True:
            cancel.check()

    job = served.studio.jobs.start("endless", endless)
    with httpx.Client(base_url=served.url, timeout=60) as client:
        assert client.get(f"/distill/jobs/{job.number}").json()["state"] == "running"
        assert [one["job"] for one in client.get("/distill/jobs?kind=endless").json()] == [job.number]
        client.post(f"/distill/jobs/{job.number}/stop")
        assert job.wait(60)
        assert client.get(f"/distill/jobs/{job.number}").json()["state"] == "stopped"
        assert client.get("/distill/jobs/999").status_code == 400
        assert "load it again" in client.get("/distill/jobs/none").json()["error"]
