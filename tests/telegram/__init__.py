"""Tests of the Telegram shell, part by part."""
