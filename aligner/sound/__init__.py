"""Hear: a link becomes a recording on disk, and a recording becomes timed words."""

from __future__ import annotations

import os

# The engines below report their use over the network unless told not to before they are loaded: onnxruntime (from
# 1.29 on, with a lasting device id) and the model hub's client. A recording is nobody's business but its owner's.
for _switch in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ.setdefault(_switch, "1")
