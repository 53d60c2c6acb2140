package jose

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"hash"
)

const blockSize = aes.BlockSize

// contentEncryption is what the content is encrypted by: enc of a JWE (RFC 7518 section 5.1).
type contentEncryption string

const (
	a128CBCHS256 contentEncryption = "A128CBC-HS256"
	a256CBCHS512 contentEncryption = "A256CBC-HS512"
	a128GCM      contentEncryption = "A128GCM"
	a256GCM      contentEncryption = "A256GCM"
)

// keyLength is that of the key in bytes (RFC 7518 sections 5.2.3, 5.2.5 and 5.3); 0 for an unknown algorithm.
func (enc contentEncryption) keyLength() int {
	switch enc {
	case a128GCM:
		return 16
	case a256GCM, a128CBCHS256:
		return 32
	case a256CBCHS512:
		return 64
	default:
		return 0
	}
}

// decrypt decrypts the content of a JWE, if its tag is right.
func (enc contentEncryption) decrypt(key []byte, jwe *JWE) ([]byte, error) {
	if len(key) != enc.keyLength() {
		return nil, ErrUndecipherable
	}
	if enc == a128GCM || enc == a256GCM {
		return decryptGCM(key, jwe)
	}
	return enc.decryptCBC(key, jwe)
}

func decryptGCM(key []byte, jwe *JWE) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrUndecipherable
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil || len(jwe.iv) != gcm.NonceSize() || len(jwe.tag) != gcm.Overhead() {
		return nil, ErrUndecipherable
	}
	sealed := append(append([]byte{}, jwe.ciphertext...), jwe.tag...)
	content, err := gcm.Open(nil, jwe.iv, sealed, []byte(jwe.protected))
	if err != nil {
		return nil, ErrUndecipherable
	}
	return content, nil
}

// decryptCBC compares the tag before anything is decrypted, so that the padding cannot be used as an oracle. The first
// half of the key is the MAC's, the second the cipher's (RFC 7518 section 5.2.2.1).
func (enc contentEncryption) decryptCBC(key []byte, jwe *JWE) ([]byte, error) {
	half := len(key) / 2
	if !hmac.Equal(enc.tag(key[:half], jwe), jwe.tag) {
		return nil, ErrUndecipherable
	}
	block, err := aes.NewCipher(key[half:])
	if err != nil || len(jwe.iv) != blockSize || len(jwe.ciphertext) == 0 || len(jwe.ciphertext)%blockSize != 0 {
		return nil, ErrUndecipherable
	}
	content := make([]byte, len(jwe.ciphertext))
	cipher.NewCBCDecrypter(block, jwe.iv).CryptBlocks(content, jwe.ciphertext)
	return unpad(content)
}

// tag is the first half of the HMAC over header, vector, ciphertext, and the header's length in bits as 64 bits.
func (enc contentEncryption) tag(key []byte, jwe *JWE) []byte {
	var newHash func() hash.Hash = sha256.New
	if enc == a256CBCHS512 {
		newHash = sha512.New
	}
	mac := hmac.New(newHash, key)
	for _, part := range [][]byte{[]byte(jwe.protected), jwe.iv, jwe.ciphertext} {
		mac.Write(part)
	}
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(jwe.protected))*8))
	tag := mac.Sum(nil)
	return tag[:len(tag)/2]
}

// unpad takes the padding of PKCS #7 away.
func unpad(content []byte) ([]byte, error) {
	length := int(content[len(content)-1])
	if length == 0 || length > blockSize {
		return nil, ErrUndecipherable
	}
	good := 1
	for _, octet := range content[len(content)-length:] {
		good &= subtle.ConstantTimeByteEq(octet, byte(length))
	}
	if good != 1 {
		return nil, ErrUndecipherable
	}
	return content[:len(content)-length], nil
}
