using System.IO.Compression;

namespace AuthCode;

/// <summary>How the body of a response is compressed (RFC 9110 section 8.4). None is requested, and some servers and proxies compress all the same.</summary>
internal static class ContentCoding
{
    private const int MostCodings = 3;

    /// <summary>The codings in the order in which they were applied, as they are written; what is no coding, such as a charset, is left out.</summary>
    internal static IReadOnlyList<string> Of(HttpResponseMessage response)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out System.Net.Http.Headers.HeaderStringValues values))
        {
            return [];
        }

        return [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Where(static name => !IsNone(name))];
    }

    /// <summary>The decoded bytes, or <see langword="null"/> if a coding is not known.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of the coding.</exception>
    internal static Stream? Decode(Stream body, IReadOnlyList<string> codings)
    {
        if (codings.Count > MostCodings)
        {
            return null;
        }

        Stream decoded = body;
        foreach (string coding in codings.Reverse())
        {
            Stream? next = coding.ToUpperInvariant() switch
            {
                "GZIP" or "X-GZIP" => new GZipStream(decoded, CompressionMode.Decompress),
                "BR" => new BrotliStream(decoded, CompressionMode.Decompress),
                "DEFLATE" => new ZLibStream(decoded, CompressionMode.Decompress),
                _ => null,
            };
            if (next is null)
            {
                decoded.Dispose();
                return null;
            }

            decoded = next;
        }

        return decoded;
    }

    // A charset there is a mistake of servers that do no harm by it.
    private static bool IsNone(string name) => name.ToUpperInvariant() is "IDENTITY" or "NONE" or "UTF-8" or "UTF8" or "US-ASCII" or "ISO-8859-1";
}
