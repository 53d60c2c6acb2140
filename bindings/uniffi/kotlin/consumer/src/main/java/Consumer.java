import dev.credenza.Denied;
import dev.credenza.Requirement;
import dev.credenza.TestIssuer;
import dev.credenza.Testing;
import dev.credenza.Validator;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/** One token passes, and is refused where more is asked for. */
public final class Consumer {
    public static void main(String[] arguments) throws Denied, URISyntaxException {
        TestIssuer issuer = new TestIssuer("https://id.example");
        String settings = "{\"issuer\":\"https://id.example\",\"audience\":\"https://api.example\"}";
        String token = Testing.mint(issuer, Map.of("scope", "read"), "https://api.example");
        try (Validator validator = Validator.fromJson(settings, Testing.fetcher(issuer))) {
            System.out.println(module());
            System.out.println(validator.validateBlocking(token, Requirement.scopes("read")).getSub());
            try {
                validator.validateBlocking(token, Requirement.scopes("write"));
                throw new AssertionError("passed without the scope");
            } catch (Denied denied) {
                System.out.println(denied.getWwwAuthenticate());
            }
        }
    }

    /** The name under which a modular application requires the jar. */
    private static String module() throws URISyntaxException {
        Path jar = Path.of(Validator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String name = ModuleFinder.of(jar).findAll().iterator().next().descriptor().name();
        if (!name.equals("dev.credenza.validator")) {
            throw new AssertionError(name);
        }
        return name;
    }
}
