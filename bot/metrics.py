"""What the house counts about itself. No label carries anything about a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

#: From a known answer (1 ms) to the longest wait of a web request (10 s).
SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip


class Metrics:
    """One set per process, with a registry of its own so that tests don't share counts."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.messages = Counter(
            "gongyou_messages_total",
            "Messages written to the inbox, repeats apart.",
            ["channel", "kind", "repeated"],
            registry=registry,
        )
        self.replies = Counter(
            "gongyou_replies_total", "Replies written to the log.", ["from"], registry=registry
        )
        self.turns = Counter(
            "gongyou_turns_total",
            "Turns by route and how they ended (handled, retried, parked).",
            ["route", "outcome"],
            registry=registry,
        )
        self.stage = Histogram(
            "gongyou_stage_seconds",
            "Time of a message's stages: accept, understand, turn, wait, answer, send.",
            ["stage"],
            buckets=SECONDS,
            registry=registry,
        )
        self.queue = Gauge(
            "gongyou_queue_depth",
            "Rows that wait, by queue (inbox, timers, outbox, handoffs).",
            ["queue"],
            registry=registry,
        )
        self.outbox = Gauge(
            "gongyou_outbox_rows", "Rows of the outbox by state.", ["state"], registry=registry
        )
        self.unknown_sends = Counter(
            "gongyou_unknown_sends_total",
            "Sends of which nobody knows whether they arrived.",
            ["channel"],
            registry=registry,
        )
        self.nlu = Gauge(
            "gongyou_nlu_state",
            "1 for the state that understanding is in (rasa, head, none), else 0.",
            ["state"],
            registry=registry,
        )
        self.readings = Counter(
            "gongyou_readings_total",
            "Texts understood, by what read them (rasa, head, wording, known).",
            ["source"],
            registry=registry,
        )
        self.requests = Histogram(
            "gongyou_http_seconds",
            "HTTP requests by route pattern and status; event streams are not in it.",
            ["method", "path", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self.refused = Counter(
            "gongyou_refused_total",
            "Requests that a public limit turned away.",
            ["limit"],
            registry=registry,
        )
        self.streams = Gauge(
            "gongyou_event_streams", "Open event streams of the web chat.", registry=registry
        )
        self.photos = Counter(
            "gongyou_photos_total", "Photos by what became of them.", ["result"], registry=registry
        )

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Measure a stage, also when it fails."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stage.labels(stage).observe(time.perf_counter() - start)

    def understanding(self, state: str) -> None:
        """Say what reads texts now: `rasa`, `head` or `none`."""
        for known in ("rasa", "head", "none"):
            self.nlu.labels(known).set(1 if known == state else 0)

    def text(self) -> bytes:
        """All of it in the Prometheus text format."""
        return generate_latest(self.registry)
