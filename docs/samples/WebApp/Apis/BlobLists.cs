using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace WebApp.Apis;

/// <summary>The files in a storage account.</summary>
internal static class BlobLists
{
    private const int Most = 20;
    private const int MostLooks = 5000;

    /// <summary>Lists the blobs that the user of the client may see, up to the first 20; a name is looked for among the first 5,000.</summary>
    internal static async Task<IReadOnlyList<Item>> ListAsync(this BlobServiceClient storage, string? name, CancellationToken cancellationToken)
    {
        int looks = MostLooks;
        var items = new List<Item>();
        await foreach (BlobContainerItem container in storage.GetBlobContainersAsync(cancellationToken: cancellationToken))
        {
            await foreach (BlobItem blob in storage.GetBlobContainerClient(container.Name).GetBlobsAsync(cancellationToken: cancellationToken))
            {
                if (blob.Name.Contains(name ?? "", StringComparison.OrdinalIgnoreCase))
                {
                    items.Add(new Item($"{container.Name}/{blob.Name}", $"{(blob.Properties.ContentLength ?? 0).ToString("N0", CultureInfo.InvariantCulture)} bytes"));
                }

                if (items.Count == Most || --looks == 0)
                {
                    return items;
                }
            }
        }

        return items;
    }
}
