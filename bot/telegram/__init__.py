"""The shell that speaks to Telegram: intake, handlers, rendering, and the one place that sends."""
