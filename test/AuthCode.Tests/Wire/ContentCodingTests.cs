using System.IO.Compression;

namespace AuthCode.Tests.Wire;

/// <summary>The codings of a body (RFC 9110 section 8.4), and what servers write there that is none.</summary>
internal sealed class ContentCodingTests
{
    [TestCase(null, "")]
    [TestCase("gzip", "gzip")]
    [TestCase("gzip, br", "gzip br")]
    [TestCase(" , gzip ,,br,", "gzip br")]
    [TestCase("identity", "")]
    [TestCase("None", "")]
    [TestCase("utf-8", "")]
    [TestCase("UTF8", "")]
    [TestCase("us-ascii", "")]
    [TestCase("ISO-8859-1", "")]
    [TestCase("utf-8, gzip, identity", "gzip")]
    [TestCase("zstd", "zstd")]
    public void Codings_are_read_in_their_order_and_what_is_none_is_left_out(string? header, string expected)
    {
        using var response = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        if (header is not null)
        {
#pragma warning disable RS0030 // As from the wire, where nothing validates the value before it is read.
            response.Content.Headers.TryAddWithoutValidation("Content-Encoding", header);
#pragma warning restore RS0030
        }

        Assert.That(string.Join(' ', ContentCoding.Of(response)), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("gzip")]
    [TestCase("x-gzip")]
    [TestCase("GZIP")]
    [TestCase("br")]
    [TestCase("deflate")]
    [TestCase("gzip br")]
    [TestCase("br gzip")]
    [TestCase("deflate gzip br")]
    public void The_last_one_is_taken_off_first(string codings)
    {
        string[] names = codings.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using Stream? decoded = ContentCoding.Decode(new MemoryStream(Encode("the body"u8.ToArray(), names)), names);
        using var body = new MemoryStream();
        decoded!.CopyTo(body);

        Assert.That(body.ToArray(), Is.EqualTo("the body"u8.ToArray()));
    }

    [TestCase("zstd")]
    [TestCase("gzip zstd")]
    [TestCase("zstd gzip")]
    [TestCase("gzip gzip gzip gzip")]
    public void One_that_is_not_known_and_more_than_three_are_not_decoded(string codings)
    {
        var body = new MemoryStream([1]);

        Assert.That(ContentCoding.Decode(body, codings.Split(' ')), Is.Null);
    }

    private static byte[] Encode(byte[] body, string[] codings)
    {
        foreach (string coding in codings)
        {
            using var encoded = new MemoryStream();
            using (Stream encoder = coding switch
            {
                "br" => new BrotliStream(encoded, CompressionLevel.Fastest),
                "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest),
                _ => new GZipStream(encoded, CompressionLevel.Fastest),
            })
            {
                encoder.Write(body);
            }

            body = encoded.ToArray();
        }

        return body;
    }
}
