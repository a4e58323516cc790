using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Whether the keys of Data Protection are persisted where the service says, as far as that can be seen.</summary>
/// <remarks>
/// Implementation note: the options that would say it are in a package that this one does not need otherwise. What is seen instead is
/// whether the service has configured them beyond what AddDataProtection itself does. So a key ring whose other settings alone were
/// configured (its encryption, the lifetime of its keys) passes for one that is persisted.
/// </remarks>
internal static class KeyRing
{
    private const string OptionsName = "Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions";
    private static readonly string[] OwnSetups = ["KeyManagementOptionsSetup", "KeyManagementOptionsPostSetup"];

    // What the host of a container sets to have Data Protection read the keys that it keeps.
    private const string FolderOfTheHost = "ReadOnlyDataProtectionKeyDirectory";
    private const string EphemeralName = "EphemeralDataProtectionProvider";

    /// <summary>What is wrong with where the keys are, for a sentence; <see langword="null"/> if nothing is seen.</summary>
    internal static string? ProblemOf(IDataProtectionProvider provider, IServiceCollection services, IConfiguration? configuration)
    {
        if (provider.GetType().Name == EphemeralName)
        {
            return "in the memory of this process only (EphemeralDataProtectionProvider)";
        }

        Type?[] setups =
        [
            .. services.Where(static service => !service.IsKeyedService && IsSetup(service.ServiceType))
                .Select(static service => service.ImplementationType ?? service.ImplementationInstance?.GetType()),
        ];

        // None at all: another implementation, of which nothing is known.
        return setups.Length > 0 && Array.TrueForAll(setups, static setup => OwnSetups.Contains(setup?.Name)) && string.IsNullOrEmpty(configuration?[FolderOfTheHost])
            ? "where Data Protection puts them by itself, which is a folder of this machine, or nowhere"
            : null;
    }

    private static bool IsSetup(Type type) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() is var definition
        && (definition == typeof(IConfigureOptions<>) || definition == typeof(IPostConfigureOptions<>))
        && type.GenericTypeArguments[0].FullName == OptionsName;
}
