"""
What happened at the provider, and at others who tell by webhooks.

    credenza_connectors.events.webhooks    Webhooks: verifies messages, and knows those that were handled
    credenza_connectors.events.redis       Stream: reads the Redis Stream of the provider as one of a group
    credenza_connectors.events.nats        Subscription: reads the stream of NATS JetStream
"""

from credenza_connectors.events.webhooks import Message, Webhooks

__all__ = ["Message", "Webhooks"]
