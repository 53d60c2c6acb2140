package dev.credenza.spring;

import dev.credenza.CredenzaKt;
import dev.credenza.connectors.Incoming;
import dev.credenza.connectors.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;

/** Between servlets and the guard. */
final class ServletExchange {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private ServletExchange() {}

    /** What the guard reads of a request. */
    static Incoming read(HttpServletRequest request) {
        return new Incoming(
                request.getMethod(),
                request.getRequestURI(),
                request.getHeader("Host"),
                fields(request, "Authorization"),
                fields(request, "DPoP"),
                () -> request.getRequestURL().toString(),
                () -> certificate(request));
    }

    /** Answers that a request is refused. */
    static void write(HttpServletResponse response, Refusal refusal) throws IOException {
        response.setStatus(refusal.getStatus());
        refusal.getHeaders().forEach(response::setHeader);
        String body = refusal.getBody();
        if (body != null) {
            json(response, body);
        }
    }

    /** Writes a document. */
    static void json(HttpServletResponse response, String document) throws IOException {
        byte[] octets = document.getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/json");
        response.setContentLength(octets.length);
        response.getOutputStream().write(octets);
    }

    private static List<String> fields(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }

    /** Of the connection (RFC 8705), where TLS ends here. */
    private static String certificate(HttpServletRequest request) {
        if (!(request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain)
                || chain.length == 0) {
            return null;
        }
        try {
            return CredenzaKt.certificateThumbprint(chain[0].getEncoded());
        } catch (CertificateEncodingException unreadable) {
            return null;
        }
    }
}
