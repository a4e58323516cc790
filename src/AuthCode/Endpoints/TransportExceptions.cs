using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>Exceptions of the transport, before one becomes the cause of a failure.</summary>
internal static class TransportExceptions
{
    /// <summary>The exception, unless its text quotes what the server sent where HTTP should have been; then another of its kind.</summary>
    [return: NotNullIfNotNull(nameof(exception))]
    internal static Exception? WithoutServerText(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse }
            ? new HttpRequestException(HttpRequestError.InvalidResponse, "The server's response is not HTTP.")
            : exception;
}
