"""Speech tokens to audio in growing chunks, over S3Gen's own networks."""
