using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AuthCode;

/// <summary>Reads the body of a successful response, strictly: bytes in, a checked <see cref="TokenResponse"/> or a problem out, and no exception.</summary>
/// <remarks>
/// Unknown members are skipped, and <c>null</c> counts as absent, as an empty <c>error</c>, ID token or refresh token does, and an <c>error</c> that
/// is <c>false</c>, 0, or an empty object or array. What would change the meaning of the response is refused: two
/// different values for one member, a wrong type, a token type other than the one that is expected or configured, a token that could not stand in a header.
/// </remarks>
internal ref struct TokenResponseReader
{
    private readonly ReadOnlySpan<byte> _utf8;
    private Utf8JsonReader _json;
    private TokenResponseMember _seen;

    // Where the value of each member is that was seen.
    private FirstValues _first;
    private string? _accessToken;
    private string? _tokenType;
    private string? _scope;
    private string? _error;
    private bool _hasOtherError;
    private SecretText? _refreshToken;
    private string? _clientInfo;
    private string? _idToken;
    private readonly string _expectedType;
    private readonly bool _readsIdToken;
    private long? _expiresIn;
    private bool _isLifeUnreadable;
    private long? _refreshIn;

    private TokenResponseReader(ReadOnlySpan<byte> utf8, string expectedType, bool readsIdToken)
    {
        _utf8 = utf8;
        _json = TokenResponseMembers.ReaderOf(utf8);
        _expectedType = expectedType;
        _readsIdToken = readsIdToken;
    }

    private readonly bool IsError => _error is not null || _hasOtherError;

    /// <summary>What is wrong with the response, in words that quote nothing of it; <see langword="null"/> when nothing is.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="response">The response if nothing is wrong with it.</param>
    /// <param name="isError">Whether the body is an OAuth error in spite of its status.</param>
    /// <param name="tokenType">The kind of token that was asked for. One that is not bound to the key, though that was asked for, is none.</param>
    /// <param name="readsIdToken">Whether the ID token, which is long, is needed.</param>
    /// <param name="alsoExpected">Other words of the server for that kind, with an empty one for none.</param>
    internal static string? Read(
        ReadOnlySpan<byte> utf8, out TokenResponse? response, out bool isError,
        string tokenType = Parameters.Bearer, bool readsIdToken = true, IReadOnlySet<string>? alsoExpected = null)
    {
        var reader = new TokenResponseReader(utf8, tokenType, readsIdToken);
        string? problem;
        try
        {
            problem = reader.ReadMembers() ?? reader.ProblemOfMembers(alsoExpected);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser's exception is not passed on: its text can quote the body.
            problem = "it is not valid JSON";
        }

        isError = problem is null && reader.IsError && reader._accessToken is null;
        response = problem is null && !isError ? reader.ToResponse() : null;
        if (response is null)
        {
            reader._refreshToken?.Dispose();
        }

        return problem;
    }

    private string? ReadMembers()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return "it is not a JSON object";
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            TokenResponseMember member = TokenResponseMembers.Of(ref _json);
            _json.Read();
            if ((_seen & member) != 0)
            {
                // The same twice says nothing else than once.
                if (!TokenResponseMembers.SkipValue(ref _json, _utf8).SequenceEqual(_utf8[_first[TokenResponseMembers.IndexOf(member)]]))
                {
                    return $"{TokenResponseMembers.NameOf(member)} is given twice";
                }

                continue;
            }

            _seen |= member;
            int start = (int)_json.TokenStartIndex;
            if (_json.TokenType != JsonTokenType.Null && !Take(member))
            {
                return $"{TokenResponseMembers.NameOf(member)} is not a string";
            }

            if (member != TokenResponseMember.None)
            {
                _first[TokenResponseMembers.IndexOf(member)] = start..(int)_json.BytesConsumed;
            }
        }

        // Nothing may follow the object: reading on throws if something does.
        _json.Read();
        return null;
    }

    private bool Take(TokenResponseMember member)
    {
        switch (member)
        {
            case TokenResponseMember.AccessToken: return TakeString(out _accessToken);
            case TokenResponseMember.TokenType: return TakeString(out _tokenType);
            case TokenResponseMember.Scope: return TakeScopes();
            case TokenResponseMember.Error: TakeError(); return true;
            case TokenResponseMember.RefreshToken: return TakeSecret(out _refreshToken);
            case TokenResponseMember.ExpiresIn: _expiresIn = TakeSeconds(); _isLifeUnreadable = _expiresIn is null; return true;
            case TokenResponseMember.RefreshIn: _refreshIn = TakeSeconds(); return true;
            case TokenResponseMember.ClientInfo when _json.TokenType == JsonTokenType.String: return TakeString(out _clientInfo);
            case TokenResponseMember.IdToken when _readsIdToken && _json.TokenType == JsonTokenType.String: return TakeString(out _idToken);
            default: _json.Skip(); return true;
        }
    }

    private bool TakeString([NotNullWhen(true)] out string? text) =>
        (text = _json.TokenType == JsonTokenType.String ? _json.GetString() : null) is not null;

    // Text, or what some servers send instead.
    private void TakeError()
    {
        if (!TakeString(out _error))
        {
            bool isEmptyable = _json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            ReadOnlySpan<byte> value = TokenResponseMembers.SkipValue(ref _json, _utf8);
            bool isNone = isEmptyable ? value[1..^1].Trim(" \t\r\n"u8).IsEmpty : value.SequenceEqual("false"u8) || value.SequenceEqual("0"u8);
            _hasOtherError = !isNone;
        }
    }

    // Text, or the array that some servers send.
    private bool TakeScopes()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            return TakeString(out _scope);
        }

        var scopes = new List<string>();
        while (_json.Read() && _json.TokenType == JsonTokenType.String)
        {
            scopes.Add(_json.GetString()!);
        }

        _scope = string.Join(' ', scopes);
        return _json.TokenType == JsonTokenType.EndArray;
    }

    private bool TakeSecret(out SecretText? secret)
    {
        secret = _json.TokenType == JsonTokenType.String ? SecretText.Read(ref _json) : null;
        return secret is not null;
    }

    // Digits only, as a number or in a string. A sign, a fraction or an exponent makes it as good as absent: the token itself is
    // good, and a code has been spent on it.
    private long? TakeSeconds()
    {
        const int MostDigits = 10;
        ReadOnlySpan<byte> digits = _json.ValueSpan;
        bool valid = _json.TokenType is JsonTokenType.Number or JsonTokenType.String
            && digits.Length <= MostDigits && Characters.AreDigits(digits);
        long? seconds = valid && Utf8Parser.TryParse(digits, out long value, out _) ? value : null;
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _json.Skip();
        }

        return seconds;
    }

    private readonly string? ProblemOfMembers(IReadOnlySet<string>? alsoExpected)
    {
        if (IsError && _accessToken is null)
        {
            return null;
        }

        if (!string.IsNullOrEmpty(_error) || _hasOtherError)
        {
            return "it has both access_token and error";
        }

        if (string.IsNullOrEmpty(_accessToken))
        {
            return "it has no access_token";
        }

        if (!string.Equals(_tokenType, _expectedType, StringComparison.OrdinalIgnoreCase) && alsoExpected?.Contains(_tokenType ?? "") != true)
        {
            return _tokenType is null ? "it has no token_type" : $"its token_type is not {_expectedType}";
        }

        // It is going to stand in a header.
        if (!Characters.AreVisible(_accessToken) || _accessToken.Contains(' ', StringComparison.Ordinal))
        {
            return "its access_token has characters that are not valid in a header";
        }

        return _refreshToken is not null && !Characters.AreVisible(_refreshToken.Utf8)
            ? "its refresh_token has characters that are not valid in a token"
            : null;
    }

    private readonly TokenResponse ToResponse() => new()
    {
        AccessToken = _accessToken!,
        RefreshToken = _refreshToken is { Utf8.IsEmpty: false } ? _refreshToken : null,
        Scope = _scope,
        IdToken = string.IsNullOrEmpty(_idToken) ? null : _idToken,
        ExpiresInSeconds = _expiresIn,
        HasUnreadableLifetime = _isLifeUnreadable,
        RefreshInSeconds = _refreshIn,
        RoutingHint = EntraClientInfo.RoutingHintOf(_clientInfo),
    };

    [InlineArray(TokenResponseMembers.Count)]
    private struct FirstValues
    {
        private Range _value;
    }
}
