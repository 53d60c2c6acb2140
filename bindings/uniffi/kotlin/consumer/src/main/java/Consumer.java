import dev.credenza.Denied;
import dev.credenza.Requirement;
import dev.credenza.TestIssuer;
import dev.credenza.Testing;
import dev.credenza.Validator;
import java.util.Map;

/** One token passes, and is refused where more is asked for. */
public final class Consumer {
    public static void main(String[] arguments) throws Denied {
        TestIssuer issuer = new TestIssuer("https://id.example");
        String settings = "{\"issuer\":\"https://id.example\",\"audience\":\"https://api.example\"}";
        String token = Testing.mint(issuer, Map.of("scope", "read"), "https://api.example");
        try (Validator validator = Validator.fromJson(settings, Testing.fetcher(issuer))) {
            System.out.println(validator.validateBlocking(token, Requirement.scopes("read")).getSub());
            try {
                validator.validateBlocking(token, Requirement.scopes("write"));
                throw new AssertionError("passed without the scope");
            } catch (Denied denied) {
                System.out.println(denied.getWwwAuthenticate());
            }
        }
    }
}
