"""Match: passages and heard words become places, timed words and verdicts."""
