credenza client create --name 'Archive' --redirect-uri https://app.example.com/protected/redirect_uri \
    --post-logout-redirect-uri https://app.example.com/signed-out --require-pkce
