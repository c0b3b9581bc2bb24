"""Read: a Markdown file becomes a `Post` of passages and links, and French text becomes comparable words."""
