namespace AuthCode;

/// <summary>The server has said of a request, each time that it was sent, that it did not process it (RFC 9113 section 8.7).</summary>
internal sealed class UnprocessedRequestException()
    : HttpRequestException(HttpRequestError.HttpProtocolError, "The server refused the request without processing it, each time that it was sent.");
