credenza client create --name 'Inventory' --redirect-uri https://app.example.com/oidc/callback/ \
    --post-logout-redirect-uri https://app.example.com/signed-out --require-pkce
