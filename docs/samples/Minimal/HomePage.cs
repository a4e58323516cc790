using System.Globalization;
using AuthCode;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace Minimal;

/// <summary>Shows who is signed in, and the content of the storage account.</summary>
internal sealed class HomePage(Cloud cloud, SignInPages signIn, UserSessions sessions, IAntiforgery antiforgery)
{
    private const int MostBlobs = 20;

    internal async Task<IResult> ShowAsync(HttpContext context)
    {
        if (context.User.Identity is not { IsAuthenticated: true } identity)
        {
            return Page.Of("Blobs", $"<p>Sign in to see the blobs of your storage account.</p><p><a class=\"button\" href=\"{SignInPages.SignInPath}\">Sign in</a></p>");
        }

        if (sessions.Find(context.User) is not { } user)
        {
            return await SignInAgainAsync(context);
        }

        try
        {
            string blobs = await ListAsync(cloud.Storage(user.Credential), context.RequestAborted);
            return Page.Of("Blobs",
                $"<dl><dt>Name</dt><dd id=\"name\">{Page.Encode(identity.Name)}</dd><dt>Account</dt><dd id=\"account\">{Page.Encode(user.AccountKey)}</dd></dl>" +
                $"<h2>In the storage account</h2>{blobs}{SignOutForm(context)}");
        }
        catch (AuthenticationFailedException e) when (e.IsSignInRequired)
        {
            return await SignInAgainAsync(context, e.Response?.Claims);
        }
        catch (ObjectDisposedException)
        {
            // The user signed out in another tab while the blobs were listed.
            return await SignInAgainAsync(context);
        }
        catch (AuthenticationFailedException)
        {
            return Page.Of("Blobs", $"<p>Entra ID gives no token just now. Try again later.</p>{SignOutForm(context)}");
        }
        catch (RequestFailedException e)
        {
            return Page.Of("Blobs", $"<p>The storage account refused the request: {e.Status} {Page.Encode(e.ErrorCode)}.</p>{SignOutForm(context)}");
        }
    }

    private static async Task<string> ListAsync(BlobServiceClient storage, CancellationToken cancellationToken)
    {
        var items = new List<string>();
        await foreach (BlobContainerItem container in storage.GetBlobContainersAsync(cancellationToken: cancellationToken))
        {
            await foreach (BlobItem blob in storage.GetBlobContainerClient(container.Name).GetBlobsAsync(cancellationToken: cancellationToken))
            {
                string size = (blob.Properties.ContentLength ?? 0).ToString("N0", CultureInfo.InvariantCulture);
                items.Add($"<li>{Page.Encode($"{container.Name}/{blob.Name}")} <small>{size} bytes</small></li>");
                if (items.Count == MostBlobs)
                {
                    return $"<ul>{string.Concat(items)}</ul><p>These are the first {MostBlobs}.</p>";
                }
            }
        }

        return items.Count == 0 ? "<p>No blobs.</p>" : $"<ul>{string.Concat(items)}</ul>";
    }

    // The cookie is deleted first, so that a user who then cancels is shown as signed out.
    private async Task<IResult> SignInAgainAsync(HttpContext context, string? claims = null)
    {
        await sessions.EndAsync(context.User);
        await context.SignOutAsync();
        return await signIn.SignInAsync(context, claims);
    }

    private string SignOutForm(HttpContext context)
    {
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(context);
        return $"<form method=\"post\" action=\"{SignInPages.SignOutPath}\"><input type=\"hidden\" name=\"{tokens.FormFieldName}\" value=\"{Page.Encode(tokens.RequestToken)}\" /><button>Sign out</button></form>";
    }
}
