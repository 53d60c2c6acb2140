credenza client create --name 'Bookings' --redirect-uri https://app.example.com/auth/callback/credenza \
    --post-logout-redirect-uri https://app.example.com/signed-out --require-pkce
