namespace AuthCode;

/// <summary>What an error of the token endpoint is about.</summary>
internal enum RefusalReason
{
    /// <summary>The request, or something that is not known.</summary>
    Other,

    /// <summary>The code or the refresh token.</summary>
    Grant,

    /// <summary>The user, who must act for these scopes.</summary>
    Interaction,

    /// <summary>The client.</summary>
    Client,

    /// <summary>The scopes or the resource.</summary>
    Scopes,
}
