credenza client create --name 'Reports' --redirect-uri https://app.example.com/callback \
    --post-logout-redirect-uri https://app.example.com/signed-out --require-pkce
