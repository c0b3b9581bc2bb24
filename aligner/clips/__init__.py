"""Clips: the moment of a placed passage cut from a local recording, its card, and recordings with subtitle tracks.

After tell in the flow, beside the pipeline: everything here starts from finished alignments and from recordings that
lie in the workspace; nothing is fetched, heard or matched. `moment` decides what may be shown as said and when,
`stage` what the pictures look like, `cut` and `mux` are the only ones here that touch media files (PyAV).
"""
