credenza client create --name 'Intranet' --redirect-uri https://app.example.com/oauth2/callback \
    --post-logout-redirect-uri https://app.example.com/signed-out --require-pkce
