package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
)

// verify checks a signature with a key that fits the algorithm.
func (key *publicKey) verify(alg Algorithm, message string, signature []byte) bool {
	switch {
	case key.rsa != nil && alg.isPSS():
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: alg.Hash()}
		return rsa.VerifyPSS(key.rsa, alg.Hash(), alg.digest(message), signature, options) == nil
	case key.rsa != nil:
		return rsa.VerifyPKCS1v15(key.rsa, alg.Hash(), alg.digest(message), signature) == nil
	case key.ec != nil:
		der, ok := ecdsaDER(signature, len(key.first))
		return ok && ecdsa.VerifyASN1(key.ec, alg.digest(message), der)
	case key.ed != nil:
		return ed25519.Verify(key.ed, []byte(message), signature)
	default:
		return false
	}
}

// ecdsaDER writes the two numbers of a signature, each of full length (RFC 7518 section 3.4), as DER.
func ecdsaDER(signature []byte, length int) ([]byte, bool) {
	if len(signature) != 2*length {
		return nil, false
	}
	der := make([]byte, 3, 2*length+9)
	der = appendInteger(der, signature[:length])
	der = appendInteger(der, signature[length:])
	content := len(der) - 3
	if content < 0x80 {
		der = der[1:]
		der[0], der[1] = 0x30, byte(content)
		return der, true
	}
	der[0], der[1], der[2] = 0x30, 0x81, byte(content)
	return der, true
}

func appendInteger(der, number []byte) []byte {
	for len(number) > 1 && number[0] == 0 {
		number = number[1:]
	}
	if number[0] >= 0x80 {
		der = append(der, 2, byte(len(number)+1), 0)
	} else {
		der = append(der, 2, byte(len(number)))
	}
	return append(der, number...)
}
