using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>A server's signing keys, read when an ID token is to be checked and kept for a day; an unknown key is asked for again, but not at every token. What was read serves on while it cannot be read again.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for holds nothing, and its owner lives as long as the service.
internal sealed class SigningKeys(DocumentClient documents, MetadataSource source, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    // How long keys that are too old serve on before they are asked for again.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    // Whoever makes up key ids must not make us ask all the time.
    private static readonly TimeSpan Floor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Snapshot? _last;

    private sealed record Snapshot(Uri Address, IReadOnlyList<SecurityKey> Keys, long ReadTimestamp, TimeSpan Life);

    /// <summary>The metadata, and the keys that could have signed a token.</summary>
    /// <param name="keyId">The key that the token names; <see langword="null"/> when it names none.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <exception cref="AuthenticationFailedException">They could not be read.</exception>
    internal async Task<(ServerMetadata Metadata, IReadOnlyList<SecurityKey> Candidates)> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        ServerMetadata metadata = (await source.FindAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
        Uri address = metadata.JwksUri ?? throw Failures.DocumentUnavailable(source.Server.Host, "metadata without jwks_uri", cause: null).ToException();
        Snapshot? last = _last;
        if (last is null || last.Address != address || IsOlder(last, last.Life) || (CandidatesOf(last, keyId).Count == 0 && IsOlder(last, Floor)))
        {
            last = await ReadAsync(address, last, keyId, cancellationToken).ConfigureAwait(false);
        }

        return (metadata, CandidatesOf(last, keyId));
    }

    private async Task<Snapshot> ReadAsync(Uri address, Snapshot? stale, string? keyId, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_last is { } fresh && fresh != stale)
            {
                return fresh;
            }

            Result<byte[]> keys = await documents.GetAsync(address, cancellationToken).ConfigureAwait(false);
            bool canServeOn = keys.Value is null && stale?.Address == address && CandidatesOf(stale, keyId).Count > 0;
            return _last = canServeOn
                ? stale! with { ReadTimestamp = time.GetTimestamp(), Life = Pause }
                : new Snapshot(address, Parse(keys.OrThrow()), time.GetTimestamp(), Life);
        }
        finally
        {
            _turn.Release();
        }
    }

    private IReadOnlyList<SecurityKey> Parse(byte[] document)
    {
        try
        {
            // Keys for encryption are left out by the set itself.
            return [.. new JsonWebKeySet(Encoding.UTF8.GetString(document)).GetSigningKeys()];
        }
        catch (ArgumentException)
        {
            throw Failures.DocumentUnavailable(source.Server.Host, "no JSON Web Key Set", cause: null).ToException();
        }
    }

    // OpenID Connect Core section 10.1: a token without a key id is good only where there is one key.
    private static IReadOnlyList<SecurityKey> CandidatesOf(Snapshot snapshot, string? keyId) =>
        string.IsNullOrEmpty(keyId) ? (snapshot.Keys.Count == 1 ? snapshot.Keys : []) : [.. snapshot.Keys.Where(key => key.KeyId == keyId)];

    private bool IsOlder(Snapshot snapshot, TimeSpan age) => time.GetElapsedTime(snapshot.ReadTimestamp) >= age;
}
