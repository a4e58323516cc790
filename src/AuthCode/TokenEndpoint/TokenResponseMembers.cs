using System.Numerics;
using System.Text.Json;

namespace AuthCode;

/// <summary>Finds the members of a token response, and what is written for them.</summary>
internal static class TokenResponseMembers
{
    /// <summary>How many members are read.</summary>
    internal const int Count = 9;

    private const int DeepestResponse = 8;

    internal static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> utf8) => new(utf8, new JsonReaderOptions { MaxDepth = DeepestResponse });

    /// <summary>The member whose name the reader is at.</summary>
    internal static TokenResponseMember Of(ref Utf8JsonReader json) =>
        json.ValueTextEquals("access_token"u8) ? TokenResponseMember.AccessToken
        : json.ValueTextEquals("token_type"u8) ? TokenResponseMember.TokenType
        : json.ValueTextEquals("expires_in"u8) ? TokenResponseMember.ExpiresIn
        : json.ValueTextEquals("refresh_in"u8) ? TokenResponseMember.RefreshIn
        : json.ValueTextEquals("scope"u8) ? TokenResponseMember.Scope
        : json.ValueTextEquals("refresh_token"u8) ? TokenResponseMember.RefreshToken
        : json.ValueTextEquals("client_info"u8) ? TokenResponseMember.ClientInfo
        : json.ValueTextEquals("id_token"u8) ? TokenResponseMember.IdToken
        : json.ValueTextEquals("error"u8) ? TokenResponseMember.Error
        : TokenResponseMember.None;

    internal static string NameOf(TokenResponseMember member) => member switch
    {
        TokenResponseMember.AccessToken => Parameters.AccessToken,
        TokenResponseMember.TokenType => Parameters.TokenType,
        TokenResponseMember.ExpiresIn => Parameters.ExpiresIn,
        TokenResponseMember.RefreshIn => Parameters.RefreshIn,
        TokenResponseMember.Scope => Parameters.Scope,
        TokenResponseMember.RefreshToken => Parameters.RefreshToken,
        TokenResponseMember.ClientInfo => Parameters.ClientInfo,
        TokenResponseMember.IdToken => Parameters.IdToken,
        _ => Parameters.Error,
    };

    /// <summary>The number of a member, from 0.</summary>
    internal static int IndexOf(TokenResponseMember member) => BitOperations.TrailingZeroCount((int)member);

    /// <summary>What is written for the value that the reader is at; the reader goes to its end.</summary>
    internal static ReadOnlySpan<byte> SkipValue(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> utf8)
    {
        int start = (int)json.TokenStartIndex;
        json.Skip();
        return utf8[start..(int)json.BytesConsumed];
    }
}
