package cases

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answered is an answer as it came.
type answered struct {
	status int
	header http.Header
	// body is that of the answer, or the first message of a WebSocket.
	body string
}

// exchange sends a request byte for byte as a case has it.
func exchange(t *testing.T, address string, step *step) answered {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, step.text(address)); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(connection)
	answer, err := http.ReadResponse(reader, &http.Request{Method: step.Request.Method})
	if err != nil {
		t.Fatal(err)
	}
	read := answered{status: answer.StatusCode, header: answer.Header}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		read.body = message(t, reader)
		return read
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	read.body = string(body)
	return read
}

func (step *step) text(address string) string {
	own := &step.Request
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\n", own.Method, own.Path)
	has := func(name string) bool {
		return slices.ContainsFunc(own.Headers, func(field [2]string) bool { return strings.EqualFold(field[0], name) })
	}
	if !has("Host") {
		fmt.Fprintf(&text, "Host: %s\r\n", address)
	}
	if !has("Connection") {
		text.WriteString("Connection: close\r\n")
	}
	if own.Body != "" && !has("Content-Length") {
		fmt.Fprintf(&text, "Content-Length: %d\r\n", len(own.Body))
	}
	for _, field := range own.Headers {
		fmt.Fprintf(&text, "%s: %s\r\n", field[0], field[1])
	}
	return text.String() + "\r\n" + own.Body
}

// message reads one unmasked text frame (RFC 6455 section 5.2) of less than 65,536 bytes.
func message(t *testing.T, reader io.Reader) string {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(reader, head); err != nil {
		t.Fatal(err)
	}
	length := int(head[1])
	if length == 126 {
		extended := make([]byte, 2)
		if _, err := io.ReadFull(reader, extended); err != nil {
			t.Fatal(err)
		}
		length = int(extended[0])<<8 | int(extended[1])
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(reader, text); head[0] != 0x81 || err != nil {
		t.Fatalf("no text frame: %x, %v", head, err)
	}
	return string(text)
}
