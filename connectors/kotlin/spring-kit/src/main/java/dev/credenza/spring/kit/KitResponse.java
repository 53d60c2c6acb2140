package dev.credenza.spring.kit;

import dev.credenza.kit.Problem;
import dev.credenza.kit.SecurityHeaders;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** An answer that gets its security headers before it begins, and whose errors are problems. */
final class KitResponse extends HttpServletResponseWrapper {
    private static final int FIRST_ERROR = 400;
    private final KitState state;
    private final SecurityHeaders headers;
    private ServletOutputStream stream;
    private PrintWriter writer;
    private boolean isBegun;

    KitResponse(KitState state, SecurityHeaders headers, HttpServletResponse response) {
        super(response);
        this.state = state;
        this.headers = headers;
    }

    /** Answers with a problem, in place of what is not sent yet. */
    void give(Problem problem) throws IOException {
        problem.getHeaders().forEach(this::setHeader);
        write(problem.getStatus(), Problem.MEDIA_TYPE, problem.body(state.getRequestId()));
    }

    /** Answers with a text, in place of what is not sent yet. */
    void write(int status, String type, String text) throws IOException {
        state.deadline().stop();
        resetBuffer();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        setStatus(status);
        setContentType(type);
        setContentLength(body.length);
        complete();
        if (writer == null) {
            super.getOutputStream().write(body);
        } else {
            super.getWriter().write(text);
        }
    }

    /** The handler has ended. */
    void finish() throws IOException {
        if (isCommitted() || isBegun) {
            return;
        }
        if (getStatus() >= FIRST_ERROR && getContentType() == null) {
            give(new Problem(getStatus()));
        } else {
            complete();
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        give(new Problem(status));
    }

    /** The text is for the log at most. */
    @Override
    public void sendError(int status, String text) throws IOException {
        sendError(status);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        begin();
        super.sendRedirect(location);
    }

    @Override
    public void flushBuffer() throws IOException {
        begin();
        super.flushBuffer();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new Begun(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new BegunWriter(super.getWriter()));
        }
        return writer;
    }

    /** From here on, it is sent at any time; where its time is over, it is not. */
    private void begin() throws IOException {
        if (isBegun) {
            return;
        }
        state.deadline().stop();
        if (state.deadline().isOver()) {
            throw new IOException("the handler took too long", Problem.timeout());
        }
        complete();
    }

    private void complete() {
        isBegun = true;
        HttpServletRequest request = state.request();
        boolean hasCredentials =
                request.getHeader("Authorization") != null || request.getHeader("Cookie") != null;
        headers.missing(getContentType(), hasCredentials, this::containsHeader)
                .forEach(this::setHeader);
    }

    private final class Begun extends ServletOutputStream {
        private final ServletOutputStream target;

        Begun(ServletOutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int octet) throws IOException {
            begin();
            target.write(octet);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            begin();
            target.write(octets, offset, length);
        }

        @Override
        public void flush() throws IOException {
            begin();
            target.flush();
        }

        @Override
        public void close() throws IOException {
            begin();
            target.close();
        }

        @Override
        public boolean isReady() {
            return target.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            target.setWriteListener(listener);
        }
    }

    private final class BegunWriter extends FilterWriter {
        BegunWriter(Writer target) {
            super(target);
        }

        @Override
        public void write(int character) throws IOException {
            begin();
            super.write(character);
        }

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            begin();
            super.write(text, offset, length);
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            begin();
            super.write(text, offset, length);
        }

        @Override
        public void flush() throws IOException {
            begin();
            super.flush();
        }
    }
}
