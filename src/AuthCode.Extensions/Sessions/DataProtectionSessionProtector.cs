using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace AuthCode;

/// <summary>Encrypts sessions by ASP.NET Core Data Protection, with purposes that bind them to their client, authority and key.</summary>
/// <param name="provider">The provider. Its keys must be shared by all instances, and outlive them.</param>
internal sealed class DataProtectionSessionProtector(IDataProtectionProvider provider) : ISessionProtector
{
    private const string Purpose = "AuthCode.Sessions.v1";

    public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding)
    {
        // Pinned, so that the garbage collector leaves no second copy behind.
        byte[] copy = GC.AllocateUninitializedArray<byte>(data.Length, pinned: true);
        data.CopyTo(copy);
        try
        {
            return ProtectorFor(binding).Protect(copy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding)
    {
        try
        {
            return ProtectorFor(binding).Unprotect(data.ToArray());
        }
        catch (CryptographicException e) when (e.InnerException is null or CryptographicException)
        {
            // Anything else inside it is of the storage of keys, which may respond again.
            return null;
        }
    }

    private IDataProtector ProtectorFor(SessionBinding binding) => provider.CreateProtector(Purpose, binding.ClientId, binding.Authority, binding.Key);
}
