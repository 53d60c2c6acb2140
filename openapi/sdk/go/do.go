package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// Do carries out an operation by its address, as for one that is newer than this library: with the same tokens, retries
// and errors. The path begins with /admin/v1. A body and an answer are JSON; of a PATCH, the body is a merge patch. The
// body of the response has been read.
func (c *APIClient) Do(ctx context.Context, method, path string, header http.Header, body, into any) (*http.Response, error) {
	base, err := c.cfg.ServerURLWithContext(ctx, "")
	if err != nil {
		return nil, err
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, base+path, content)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json, application/problem+json")
	request.Header.Set("User-Agent", c.cfg.UserAgent)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			request.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	response, err := c.cfg.HTTPClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return response, err
	}
	if response.StatusCode >= 300 {
		refused := &GenericOpenAPIError{body: answer, error: response.Status}
		var problem Problem
		if json.Unmarshal(answer, &problem) == nil && problem.Type != "" {
			refused.error, refused.model = formatErrorMessage(response.Status, &problem), problem
		}
		return response, refused
	}
	if into == nil || len(answer) == 0 {
		return response, nil
	}
	return response, json.Unmarshal(answer, into)
}
