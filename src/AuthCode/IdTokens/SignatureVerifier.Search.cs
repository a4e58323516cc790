using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode;

/// <content>The search for the key of a token that none of the known keys has signed: among keys that are read again, those of the application, and those at a new address.</content>
internal sealed partial class SignatureVerifier
{
    private async Task<(KeyReading Reading, Verification Verification)> SearchAsync(
        string token, JsonWebToken header, KeyReading reading, Verification verification, CancellationToken cancellationToken)
    {
        // Anybody can make up a token of an unknown key, and whoever signs in must not wait for a server that hangs. What is being read is there for the next call.
        using var patience = new CancellationTokenSource(MetadataSource.Patience, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // A new key, or a new one under the same ID.
            SigningKeySet known = reading.Keys;
            (reading, bool isSlow) = await RenewAsync(reading, end.Token).ConfigureAwait(false);
            verification = reading.Keys == known ? verification : await TryAsync(token, header, reading.Keys).ConfigureAwait(false);

            // A key ID that the server knows is not an application's.
            if (applicationKeys is not null && verification.Identity is null && MayBeOfAnotherKey(verification, header))
            {
                verification = await TryOfApplicationAsync(applicationKeys, token, header, verification, end.Token).ConfigureAwait(false);
            }

            Result<KeyReading>? moved = verification.Identity is null ? await keys.FindMovedAsync(reading.Metadata, end.Token).ConfigureAwait(false) : null;
            if (moved?.IsSuccess == true)
            {
                reading = moved.Value!;
                verification = await TryAgainAsync(token, header, reading.Keys, verification).ConfigureAwait(false);
            }
            else if (verification.Identity is null && isSlow)
            {
                // There is nothing at a new address, and the rest of the time is for the one that is known.
                reading = await keys.RenewAsync(reading, end.Token).ConfigureAwait(false);
                verification = reading.Keys == known ? verification : await TryAgainAsync(token, header, reading.Keys, verification).ConfigureAwait(false);
            }

            reading = moved is { IsSuccess: false } ? reading with { Unread = moved.Failure } : reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The keys that were slow may have come while something else was waited for.
            SigningKeySet last = reading.Keys;
            reading = keys.ReadMeanwhile(reading) with { Unread = keys.NotInTime() };
            verification = reading.Keys == last ? verification : await TryAgainAsync(token, header, reading.Keys, verification).ConfigureAwait(false);
        }

        return (reading, verification);
    }

    // What is known of the application's keys is true of these as well.
    private async Task<Verification> TryAgainAsync(string token, JsonWebToken header, SigningKeySet keySet, Verification before)
    {
        Verification verification = await TryAsync(token, header, keySet).ConfigureAwait(false);
        return verification with { IsKeyKnown = verification.IsKeyKnown || before.IsKeyKnown, Unread = before.Unread };
    }

    // An address that is slow leaves time to look for a new one.
    private async Task<(KeyReading Reading, bool IsSlow)> RenewAsync(KeyReading known, CancellationToken cancellationToken)
    {
        using var half = new CancellationTokenSource(MetadataSource.Patience / 2, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(half.Token, cancellationToken);
        try
        {
            return (await keys.RenewAsync(known, end.Token).ConfigureAwait(false), IsSlow: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (known with { Unread = keys.NotInTime() }, IsSlow: true);
        }
    }

    private async Task<Verification> TryOfApplicationAsync(
        ApplicationKeys own, string token, JsonWebToken header, Verification before, CancellationToken cancellationToken)
    {
        Result<KeyReading> found = await own.FindAsync(cancellationToken).ConfigureAwait(false);
        if (found.Value is not { } reading)
        {
            return before with { Unread = found.Failure };
        }

        SigningKeySet known = reading.Keys;
        Verification verification = await TryAsync(token, header, known).ConfigureAwait(false);
        if (verification.Identity is null)
        {
            reading = await own.RenewAsync(reading, cancellationToken).ConfigureAwait(false);
            verification = reading.Keys == known ? verification : await TryAsync(token, header, reading.Keys).ConfigureAwait(false);
        }

        Failure? unread = reading.Unread;
        if (verification.Identity is null && await own.FindMovedAsync(reading.Metadata, cancellationToken).ConfigureAwait(false) is { } moved)
        {
            unread = moved.Failure;
            verification = moved.IsSuccess ? await TryAsync(token, header, moved.Value.Keys).ConfigureAwait(false) : verification;
        }

        return verification.Identity is null ? verification with { IsKeyKnown = before.IsKeyKnown || verification.IsKeyKnown, Unread = unread } : verification;
    }

    private static bool MayBeOfAnotherKey(Verification verification, JsonWebToken header) => !verification.IsKeyKnown || string.IsNullOrEmpty(header.Kid);
}
