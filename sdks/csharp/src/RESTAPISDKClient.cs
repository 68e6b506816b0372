namespace Gatepass.Sdk
{
    /// <summary>The same client by the name of the vendor's.</summary>
    public sealed class RESTAPISDKClient : GatepassClient
    {
        internal RESTAPISDKClient(Setting setting)
            : base(setting)
        {
        }

        /// <summary>Returns a client that environment variables (<c>RESTAPISDK_STANDARD_…</c>) set up.</summary>
        public static new RESTAPISDKClient CreateFromEnvironment()
        {
            return new RESTAPISDKClient(FromEnvironment());
        }

        /// <summary>Returns a builder of clients like this one; what they keep they do not share.</summary>
        public new Builder ToBuilder()
        {
            return new Builder(Copied());
        }

        /// <summary>Sets a client up.</summary>
        public new sealed class Builder : ClientBuilder<Builder, RESTAPISDKClient>
        {
            /// <summary>Starts from the defaults.</summary>
            public Builder()
                : this(new Setting())
            {
            }

            internal Builder(Setting setting)
                : base(setting)
            {
            }

            /// <summary>Returns the client.</summary>
            public override RESTAPISDKClient Build()
            {
                return new RESTAPISDKClient(Made());
            }
        }
    }
}
