using System.Collections.Generic;

namespace Gatepass.Sdk
{
    /// <summary>Who signs in. With neither name nor password, the client's token opens the session.</summary>
    public sealed class LoginRequest : Model
    {
        [Wire("username")] public string Username { get; set; }

        [Wire("password", Secret = true)] public string Password { get; set; }

        /// <summary>An Org by name or id.</summary>
        [Wire("org_identifier")] public Scalar OrgIdentifier { get; set; }

        [Wire("remember_me")] public bool? RememberMe { get; set; }
    }

    /// <summary>What ends: a token, a user's tokens, or with neither the caller's own token.</summary>
    public sealed class RevokeTokenRequest : Model
    {
        [Wire("user_identifier")] public string UserIdentifier { get; set; }

        [Wire("token", Secret = true)] public string Token { get; set; }
    }

    /// <summary>The token to look at.</summary>
    public sealed class ValidateTokenRequest : Model
    {
        [Wire("token", Secret = true)] public string Token { get; set; }
    }

    /// <summary>Trusted authentication on or off; what is not named stays as it is.</summary>
    public sealed class ConfigureAuthRequest : Model
    {
        [Wire("auth_type")] public string AuthType { get; set; } = "TRUSTED_AUTH";

        [Wire("cluster_preferences")]
        public ClusterPreferencesInput ClusterPreferences { get; set; }

        [Wire("org_preferences")]
        public IReadOnlyList<OrgPreferencesInput> OrgPreferences { get; set; }
    }

    /// <summary>The cluster's trusted authentication.</summary>
    public sealed class ClusterPreferencesInput : Model
    {
        [Wire("auth_status")] public AuthStatus? AuthStatus { get; set; }
    }

    /// <summary>An Org's trusted authentication.</summary>
    public sealed class OrgPreferencesInput : Model
    {
        /// <summary>An Org by name or id.</summary>
        [Wire("org_identifier")] public Scalar OrgIdentifier { get; set; }

        [Wire("auth_status")] public AuthStatus? AuthStatus { get; set; }
    }

    /// <summary>Whose state of trusted authentication to show; null: all that the caller may see.</summary>
    public sealed class SearchAuthRequest : Model
    {
        [Wire("auth_type")] public string AuthType { get; set; } = "TRUSTED_AUTH";

        [Wire("scope")] public AuthScope? Scope { get; set; }
    }
}
