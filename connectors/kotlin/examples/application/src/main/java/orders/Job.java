package orders;

import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** A service without a person: it asks for tokens in its own name (RFC 6749 section 4.4), and uses each while it is good. */
@Component
class Job {
    private static final int SPARE_SECONDS = 60;
    private final Issuer issuer;
    private final ClientSecretBasic client;
    private final URI api;
    private String token;
    private Instant until = Instant.MIN;

    Job(
            @Value("${credenza.issuer}") String issuer,
            @Value("${api}") URI api,
            @Value("${credenza.login.client-secret}") String secret) {
        this.issuer = new Issuer(issuer);
        this.api = api;
        this.client = new ClientSecretBasic(new ClientID("orders-job"), new Secret(secret));
    }

    synchronized String token() {
        if (Instant.now().isBefore(until)) {
            return token;
        }
        try {
            AccessToken fresh = ask();
            token = fresh.getValue();
            until = Instant.now().plusSeconds(fresh.getLifetime() - SPARE_SECONDS);
            return token;
        } catch (GeneralException | IOException failure) {
            throw new IllegalStateException("no token for the job", failure);
        }
    }

    private AccessToken ask() throws GeneralException, IOException {
        URI endpoint = OIDCProviderMetadata.resolve(issuer).getTokenEndpointURI();
        TokenRequest request =
                new TokenRequest.Builder(endpoint, client, new ClientCredentialsGrant())
                        .scope(new Scope("orders:read"))
                        .resources(api)
                        .build();
        TokenResponse response = TokenResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) {
            throw new GeneralException(response.toErrorResponse().getErrorObject());
        }
        return response.toSuccessResponse().getTokens().getAccessToken();
    }
}
