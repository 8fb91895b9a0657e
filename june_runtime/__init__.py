"""What June's services share: it knows no transcript, prompt or voice."""
