"""Tests of the real program: a process of its own, against the strict Bot API server, over HTTP."""
