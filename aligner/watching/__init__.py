"""Watch: posts are aligned as they come. Above the pipeline, which does the work; below the command line."""
