package dev.credenza.spring.kit;

import dev.credenza.kit.Problem;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A request whose body is read as far as the limit of its handler. */
final class KitRequest extends HttpServletRequestWrapper {
    private final KitState state;
    private ServletInputStream body;
    private BufferedReader reader;

    KitRequest(HttpServletRequest request, KitState state) {
        super(request);
        this.state = state;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (body == null) {
            body = new Bounded(super.getInputStream());
        }
        return body;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        if (reader == null) {
            String charset = getCharacterEncoding();
            reader =
                    new BufferedReader(
                            charset == null
                                    ? new InputStreamReader(
                                            getInputStream(), StandardCharsets.UTF_8)
                                    : new InputStreamReader(getInputStream(), charset));
        }
        return reader;
    }

    private final class Bounded extends ServletInputStream {
        private final ServletInputStream whole;
        private long count;

        Bounded(ServletInputStream whole) {
            this.whole = whole;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                long said = getContentLengthLong();
                state.bodyLimit().checkLength(said < 0 ? null : Long.valueOf(said));
                int read = whole.read(target, offset, length);
                count += Math.max(0, read);
                state.bodyLimit().checkRead(count);
                return read;
            } catch (Problem tooLarge) {
                // What reads bodies expects errors of this type.
                throw new IOException(tooLarge.getMessage(), tooLarge);
            }
        }

        @Override
        public boolean isFinished() {
            return whole.isFinished();
        }

        @Override
        public boolean isReady() {
            return whole.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            whole.setReadListener(listener);
        }
    }
}
