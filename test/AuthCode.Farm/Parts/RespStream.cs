using System.Globalization;
using System.Text;

namespace AuthCode.Farm.Parts;

/// <summary>A command, or a reply to one.</summary>
/// <param name="Bytes">All bytes of it.</param>
/// <param name="Name">The name of the command, in capitals.</param>
internal sealed record RespMessage(ReadOnlyMemory<byte> Bytes, string Name);

/// <summary>Reads whole messages of the Redis protocol, version 2.</summary>
/// <param name="stream">The connection.</param>
internal sealed class RespStream(Stream stream) : IDisposable
{
    private readonly Stream _output = stream;
    private readonly BufferedStream _input = new(stream);

    internal async Task<RespMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        string? name = null;
        await ReadValueAsync(bytes, text => name ??= text, cancellationToken);
        return new RespMessage(bytes.ToArray(), name?.ToUpperInvariant() ?? "");
    }

    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => await _output.WriteAsync(bytes, cancellationToken);

    internal Task CopyToAsync(RespStream other, CancellationToken cancellationToken) => _input.CopyToAsync(other._output, cancellationToken);

    public void Dispose() => _input.Dispose();

    private async Task ReadValueAsync(MemoryStream bytes, Action<string> onText, CancellationToken cancellationToken)
    {
        string line = await ReadLineAsync(bytes, cancellationToken);
        int Length() => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
        switch (line[0])
        {
            case '$' when Length() >= 0:
                byte[] text = new byte[Length() + 2];
                await _input.ReadExactlyAsync(text, cancellationToken);
                bytes.Write(text);
                onText(Encoding.Latin1.GetString(text, 0, text.Length - 2));
                break;
            case '*':
                for (int left = Length(); left > 0; left--)
                {
                    await ReadValueAsync(bytes, onText, cancellationToken);
                }

                break;
        }
    }

    private async Task<string> ReadLineAsync(MemoryStream bytes, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        byte[] octet = new byte[1];
        while (line.Length == 0 || line[^1] != '\n')
        {
            await _input.ReadExactlyAsync(octet, cancellationToken);
            bytes.Write(octet);
            line.Append((char)octet[0]);
        }

        return line.ToString(0, line.Length - 2);
    }
}
