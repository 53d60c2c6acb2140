package cases

import (
	"crypto/sha1" // #nosec G505 RFC 6455 section 4.2.2 has it, and it protects nothing.
	"encoding/base64"
	"net"
	"net/http"
)

// Accept is the value of Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2).
func Accept(key string) string {
	hash := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // #nosec G401
	return base64.StdEncoding.EncodeToString(hash[:])
}

// Frame is one text message from a server (section 5.2), of less than 65,536 bytes.
func Frame(text []byte) []byte {
	if len(text) < 126 {
		return append([]byte{0x81, byte(len(text))}, text...)
	}
	return append([]byte{0x81, 126, byte(len(text) >> 8), byte(len(text))}, text...)
}

// Upgrade answers a handshake over net/http, sends a message, and ends.
func Upgrade(writer http.ResponseWriter, request *http.Request, text []byte) error {
	connection, buffer, err := http.NewResponseController(writer).Hijack()
	if err != nil {
		return err
	}
	defer func(connection net.Conn) { _ = connection.Close() }(connection)
	_, err = buffer.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Accept: " + Accept(request.Header.Get("Sec-WebSocket-Key")) + "\r\n")
	if err != nil {
		return err
	}
	if err := writer.Header().Write(buffer); err != nil {
		return err
	}
	if _, err := buffer.WriteString("\r\n" + string(Frame(text))); err != nil {
		return err
	}
	return buffer.Flush()
}
