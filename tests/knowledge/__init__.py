"""Tests of bot/knowledge and of the shipped knowledge."""
