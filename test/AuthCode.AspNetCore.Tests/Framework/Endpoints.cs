using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;

namespace AuthCode.AspNetCore.Tests;

/// <summary>Endpoints that a test adds.</summary>
internal static class Endpoints
{
    /// <summary>Requires a user for a path that routing would not match.</summary>
    internal static void MapProtected(this WebApplication app, string path) => app.Use((context, next) =>
        context.Request.Path == path && context.User.Identity is not { IsAuthenticated: true } ? context.ChallengeAsync() : next(context));
}
