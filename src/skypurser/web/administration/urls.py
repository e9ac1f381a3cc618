"""The paths under `/administration/`."""

from django.urls import URLPattern, path

from skypurser.web.administration import api_keys, carrier, endpoint, endpoints, mail, members, roles

patterns: list[URLPattern] = [
    path("administration/carrier", carrier.carrier, name="carrier"),
    path("administration/carrier/jet-cards", carrier.jet_cards, name="jet-cards-switch"),
    path("administration/members", members.listing, name="members"),
    path("administration/members/new", members.new, name="member-new"),
    path("administration/members/<int:member_id>", members.member, name="member"),
    path("administration/members/<int:member_id>/invite", members.invite, name="member-invite"),
    path("administration/members/<int:member_id>/release", members.release, name="member-release"),
    path("administration/members/<int:member_id>/deactivate", members.deactivate, name="member-deactivate"),
    path("administration/members/<int:member_id>/reactivate", members.reactivate, name="member-reactivate"),
    path("administration/roles", roles.listing, name="roles"),
    path("administration/roles/new", roles.new, name="role-new"),
    path("administration/roles/<int:role_id>", roles.role, name="role"),
    path("administration/roles/<int:role_id>/delete", roles.delete, name="role-delete"),
    path("administration/api-keys", api_keys.listing, name="api-keys"),
    path("administration/api-keys/new", api_keys.new, name="api-key-new"),
    path("administration/api-keys/<int:key_id>", api_keys.key, name="api-key"),
    path("administration/api-keys/<int:key_id>/revoke", api_keys.revoke, name="api-key-revoke"),
    path("administration/webhooks", endpoints.listing, name="webhooks"),
    path("administration/webhooks/new", endpoints.new, name="webhook-new"),
    path("administration/webhooks/<int:endpoint_id>", endpoint.endpoint, name="webhook"),
    path("administration/webhooks/<int:endpoint_id>/settings", endpoint.settings, name="webhook-settings"),
    path("administration/webhooks/<int:endpoint_id>/pause", endpoint.pause, name="webhook-pause"),
    path("administration/webhooks/<int:endpoint_id>/resume", endpoint.resume, name="webhook-resume"),
    path("administration/webhooks/<int:endpoint_id>/secret", endpoint.rotate, name="webhook-secret"),
    path("administration/webhooks/<int:endpoint_id>/delete", endpoint.delete, name="webhook-delete"),
    path("administration/mail", mail.letters, name="mail"),
    path("administration/mail/letterhead", mail.head, name="letterhead"),
    path("administration/mail/<int:message_id>", mail.letter, name="letter"),
    path("administration/mail/<int:message_id>/send-again", mail.send_again, name="letter-send-again"),
    path("administration/deliveries/<int:delivery_id>", endpoint.delivery, name="delivery"),
    path("administration/deliveries/<int:delivery_id>/replay", endpoint.replay, name="delivery-replay"),
]
